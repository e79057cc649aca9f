"""Tests of mailbot/domain."""
