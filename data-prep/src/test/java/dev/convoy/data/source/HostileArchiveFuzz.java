package dev.convoy.data.source;

import static org.assertj.core.api.Assertions.assertThat;

import dev.convoy.data.image.ImageLimits;
import dev.convoy.data.io.Storage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Reads an archive in each of the ways in which it is read, which must agree. */
public final class HostileArchiveFuzz {
  private static final ImageLimits LIMITS = new ImageLimits(1 << 16, 1_000_000);

  private HostileArchiveFuzz() {}

  /** Reads an archive, and checks that its images are as many as were counted. */
  public static void read(Storage storage, Path path, int bytes) {
    ArchiveFile file = new ArchiveFile("x.tar", path.toString(), bytes);
    ArchiveContents contents = ArchiveContents.of(storage, file);
    for (ArchiveLayout.Kind kind : ArchiveLayout.Kind.values()) {
      ArchiveLayout layout = new ArchiveLayout(kind, 0, false, ArchiveLayout.UNLABELLED.numbers());
      ArchiveSlice slice = new ArchiveSlice(file, layout, GivenSplit.NONE);
      List<String> whole = told(slice.open(storage, LIMITS));
      assertThat(told(slice.openHeaders(storage, LIMITS))).isEqualTo(whole);
      assertThat(whole).hasSize((int) contents.all(kind));
    }
  }

  private static List<String> told(RawImages images) {
    List<String> told = new ArrayList<>();
    try (images) {
      images.forEachRemaining(image -> told.add(image.id() + ": " + image.fault()));
    }
    return told;
  }
}
