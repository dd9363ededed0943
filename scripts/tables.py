"""Tables and amounts as the scripts print them. Standard library only."""


def table(title, head, rows):
    """Print rows under a title, numbers to the right."""
    print(f"\n{title}")
    if not rows:
        print("  (none)")
        return
    cells = [head, *([str(value) for value in row] for row in rows)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    right = [not isinstance(value, str) for value in rows[0]]
    for number, row in enumerate(cells):
        aligned = (
            cell.rjust(width) if flush else cell.ljust(width)
            for cell, width, flush in zip(row, widths, right, strict=True)
        )
        print("  " + "  ".join(aligned).rstrip())
        if not number:
            print("  " + "  ".join("-" * width for width in widths))


class Money(float):
    """An amount shown with two digits and thousands set apart."""

    def __str__(self):
        return f"{self:,.2f}"
