"""Reading: records, anchors, quotations and formulas of each page; refusal of unsafe markup."""
