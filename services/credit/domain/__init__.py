"""The rules of credit (信用规则): what makes a record, how long it counts, what score and grade follow. No I/O."""
