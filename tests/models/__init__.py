"""Tests of mailbot/models."""
