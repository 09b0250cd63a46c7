"""What a policy is: clauses, packs, vocabulary, schemes; load them, check them, assess one subject against them."""
