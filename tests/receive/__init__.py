"""Tests of mailbot/receive."""
