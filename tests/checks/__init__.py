"""Tests of mailbot/checks."""
