"""Tests of mailbot/understand."""
