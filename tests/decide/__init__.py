"""Tests of mailbot/decide."""
