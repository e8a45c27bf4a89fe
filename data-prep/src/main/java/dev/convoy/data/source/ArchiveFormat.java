package dev.convoy.data.source;

import dev.convoy.data.Problems;
import dev.convoy.data.archive.TarEntries;
import dev.convoy.data.io.FileTree;
import dev.convoy.data.io.Storage;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Tar archives, plain or compressed with gzip or zstd. A file with the name of one is one, whatever
 * it holds; another file without the ending of another kind is one if it begins like one.
 */
final class ArchiveFormat implements SliceFormat {
  private static final Pattern NAME =
      Pattern.compile(".+\\.(tar|tar\\.gz|tgz|tar\\.zstd?|tzst)", Pattern.CASE_INSENSITIVE);

  private static final Pattern COMPRESSED =
      Pattern.compile(".+\\.(gz|zstd?)", Pattern.CASE_INSENSITIVE);

  @Override
  public String key() {
    return "tar";
  }

  @Override
  public Recognition recognise(InputListing listing) {
    return Recognition.files(listing.archives().size(), "tar archive");
  }

  @Override
  public String expectedFiles(InputUse use) {
    return use == InputUse.PREPARE ? "tar archives of image files" : "tar archive";
  }

  @Override
  public ImageSource open(InputListing listing, List<String> labels, Problems problems) {
    return ArchiveSource.open(listing, labels, problems);
  }

  @Override
  public ImageSource openUnlabelled(InputListing listing, Problems problems) {
    return ArchiveSource.unlabelled(listing, problems);
  }

  /** Returns the archives among listed files. */
  static List<Storage.Entry> among(FileTree tree, Storage storage) {
    List<Storage.Entry> archives = new ArrayList<>();
    Map<String, Opened> opened = new HashMap<>();
    for (Storage.Entry file : tree.files()) {
      String name = file.relative().substring(file.relative().lastIndexOf('/') + 1);
      boolean unknown =
          COMPRESSED.matcher(name).matches()
              || ImageFolder.endingOf(name) == ImageFolder.Ending.UNKNOWN;
      String ending = name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
      if (NAME.matcher(name).matches()
          || (unknown
              && opened
                  .computeIfAbsent(name.contains(".") ? ending : "", key -> new Opened())
                  .isArchive(file, storage))) {
        archives.add(file);
      }
    }
    return archives;
  }

  /** The files of one ending that were opened, until a sample of them has no archive. */
  private static final class Opened {
    private int files;
    private int archives;

    boolean isArchive(Storage.Entry file, Storage storage) {
      if (file.bytes() == 0 || (files >= ImageFolder.SAMPLE && archives == 0)) {
        return false;
      }
      files++;
      boolean archive = TarEntries.isTar(storage, file.path(), file.bytes());
      archives += archive ? 1 : 0;
      return archive;
    }
  }
}
