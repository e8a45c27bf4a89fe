package dev.convoy.data.source;

import dev.convoy.data.Problems;
import java.util.List;

/** Image files: in one folder for each label if labels are needed, else in any folder. */
final class FolderFormat implements SliceFormat {
  @Override
  public String key() {
    return "folder";
  }

  @Override
  public Recognition recognise(InputListing listing) {
    return Recognition.files(listing.images().images().size(), "image file");
  }

  @Override
  public String expectedFiles(InputUse use) {
    return use == InputUse.PREPARE
        ? "image files (.png, .jpg, .gif, .bmp, .tif, .webp, .ppm) in a folder for each label"
        : "image file";
  }

  @Override
  public ImageSource open(InputListing listing, List<String> labels, Problems problems) {
    return FolderSource.open(listing, labels, problems);
  }

  @Override
  public ImageSource openUnlabelled(InputListing listing, Problems problems) {
    if (listing.images().images().isEmpty()) {
      problems.add(new InputFormats<>(InputUse.SCORE, List.of(this)).missing(listing));
    }
    return FolderSource.unlabelled(listing.images());
  }
}
