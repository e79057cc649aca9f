"""Tests of mailbot/build."""
