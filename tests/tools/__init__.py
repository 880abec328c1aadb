"""Tests of the sample council."""
