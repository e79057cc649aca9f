"""Tests of mailbot/engine."""
