"""Small images and a table that lists them, for the tests of tables of image paths."""

from pathlib import Path

from PIL import Image

SIZE = (3, 2)  # width, height


def write_image(file: Path, grey: int = 0) -> None:
    """Write a small grey image."""
    file.parent.mkdir(parents=True, exist_ok=True)
    Image.new("L", SIZE, grey).save(file)


def write_table(file: Path, *lines: str) -> Path:
    """Write a table line by line."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return file


def listing(folder: Path) -> Path:
    """Write six images of other greys, three of cats and three of dogs, and animals.csv, which lists them."""
    lines = ["file,kind,age,note"]
    for k in range(6):
        write_image(folder / "photos" / f"{k}.png", 10 * k)
        lines.append(f"photos/{k}.png,{'cat' if k % 2 else 'dog'},{k}.5,n{k}")
    return write_table(folder / "animals.csv", *lines)
