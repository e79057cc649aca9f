"""Tests of mailbot/store."""
