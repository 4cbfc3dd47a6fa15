"""Hostile inputs, made from random numbers, and what is done with them: for the fuzzer (tests/fuzz.py).

forms      values, texts and files of any form
judging    which outcomes are accepted
folders    run folders that somebody has altered
datafiles  files of data
asking     addresses of pages, and requests to the routes
"""
