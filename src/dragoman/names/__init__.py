"""Names across segments and languages: what each is called where, and spellings that people ask for."""
