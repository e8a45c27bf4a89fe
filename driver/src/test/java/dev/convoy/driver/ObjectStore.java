package dev.convoy.driver;

import dev.convoy.data.io.Storage;
import java.io.ByteArrayOutputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Abortable;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileAlreadyExistsException;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.fs.StreamCapabilities;
import org.apache.hadoop.fs.permission.FsPermission;
import org.apache.hadoop.util.Progressable;

/**
 * A file system {@code store:/path} over the local disk that does what S3A does, and no more: a
 * file appears when it is closed, a rename is a copy and a deletion for each file and refuses a
 * name that is taken, nothing can be appended to, flushed or linked.
 *
 * <p>What changes it can be made to fail: its operations are counted, and one of them is disturbed.
 */
public final class ObjectStore extends FileSystem {
  /** What happens at the operation that is disturbed. */
  public enum Disturbance {
    /** The process is killed before it: from then on nothing is done any more. */
    KILL_BEFORE,
    /** It fails, and those after it succeed. */
    FAIL,
    /** It is done, but its answer is lost. */
    LOSE_ANSWER
  }

  /** The process is killed. */
  public static final class Killed extends Error {
    private static final long serialVersionUID = 1L;
  }

  private static int operations;
  private static int disturbed = Integer.MAX_VALUE;
  private static Disturbance disturbance = Disturbance.FAIL;

  /** Files of such a store, and of others. */
  public static Storage storage() {
    Configuration hadoop = new Configuration();
    configure(hadoop);
    return new Storage(hadoop);
  }

  /** Makes the scheme {@code store} known. */
  public static void configure(Configuration hadoop) {
    hadoop.setClass("fs.store.impl", ObjectStore.class, FileSystem.class);
  }

  /** A local path as one of the store. */
  public static String path(Path local) {
    return "store:" + local;
  }

  /** Something that changes files. */
  public interface Work {
    void run();
  }

  /**
   * Does some work of which an operation is disturbed.
   *
   * @param operation its number, from 0
   * @return false where the work has fewer operations, and was not disturbed
   */
  public static boolean disturb(int operation, Disturbance how, Work work) {
    operations = 0;
    disturbed = operation;
    disturbance = how;
    try {
      work.run();
    } catch (Killed | Exception e) { // Spark throws checked exceptions that it does not declare.
      if (operations <= operation) {
        throw e;
      }
    } finally {
      disturbed = Integer.MAX_VALUE;
    }
    return operations > operation;
  }

  private interface Change {
    void make() throws IOException;
  }

  private static synchronized void count(Change change) throws IOException {
    int number = operations++;
    if (number > disturbed && disturbance == Disturbance.KILL_BEFORE) {
      throw new Killed();
    }
    if (number == disturbed) {
      switch (disturbance) {
        case KILL_BEFORE -> throw new Killed();
        case FAIL -> throw new IOException("500 Internal Server Error");
        case LOSE_ANSWER -> {
          change.make();
          throw new IOException("Connection reset");
        }
      }
    }
    change.make();
  }

  private final RawLocalFileSystem local = new RawLocalFileSystem();
  private org.apache.hadoop.fs.Path working = new org.apache.hadoop.fs.Path("store:/");

  @Override
  public void initialize(URI name, Configuration hadoop) throws IOException {
    super.initialize(name, hadoop);
    setConf(hadoop);
    local.initialize(URI.create("file:///"), hadoop);
  }

  @Override
  public String getScheme() {
    return "store";
  }

  @Override
  public URI getUri() {
    return URI.create("store:///");
  }

  private static Path at(org.apache.hadoop.fs.Path path) {
    return Paths.get(path.toUri().getPath());
  }

  @Override
  public FSDataInputStream open(org.apache.hadoop.fs.Path path, int bufferSize) throws IOException {
    return local.open(new org.apache.hadoop.fs.Path(at(path).toString()), bufferSize);
  }

  @Override
  public FSDataOutputStream create(
      org.apache.hadoop.fs.Path path,
      FsPermission permission,
      boolean overwrite,
      int bufferSize,
      short replication,
      long blockSize,
      Progressable progress)
      throws IOException {
    if (!overwrite && Files.exists(at(path))) {
      throw new FileAlreadyExistsException(path + " already exists");
    }
    return new FSDataOutputStream(new Upload(at(path)), null);
  }

  /** An object that is there when it is closed. */
  private static final class Upload extends OutputStream implements StreamCapabilities, Abortable {
    private final Path target;
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private boolean ended;

    Upload(Path target) {
      this.target = target;
    }

    @Override
    public void write(int value) {
      bytes.write(value);
    }

    @Override
    public void write(byte[] values, int offset, int length) {
      bytes.write(values, offset, length);
    }

    @Override
    public boolean hasCapability(String capability) {
      return capability.equals(StreamCapabilities.ABORTABLE_STREAM);
    }

    @Override
    public AbortableResult abort() {
      boolean before = ended;
      ended = true;
      return new AbortableResult() {
        @Override
        public boolean alreadyClosed() {
          return before;
        }

        @Override
        public IOException anyCleanupException() {
          return null;
        }
      };
    }

    @Override
    public void close() throws IOException {
      if (!ended) {
        ended = true;
        count(
            () -> {
              Files.createDirectories(target.getParent());
              Files.write(target, bytes.toByteArray());
            });
      }
    }
  }

  @Override
  public FSDataOutputStream append(
      org.apache.hadoop.fs.Path path, int bufferSize, Progressable progress) {
    throw new UnsupportedOperationException("Append is not supported by ObjectStore");
  }

  @Override
  public boolean rename(org.apache.hadoop.fs.Path from, org.apache.hadoop.fs.Path to)
      throws IOException {
    Path source = at(from);
    Path target = at(to);
    if (Files.exists(target)) {
      throw new FileAlreadyExistsException(
          "Failed to rename " + from + " to " + to + "; destination file exists");
    }
    List<Path> files = filesBelow(source);
    for (Path file : files) {
      Path copy = target.resolve(source.relativize(file).toString());
      Path whole = file.equals(source) ? target : copy;
      count(
          () -> {
            Files.createDirectories(whole.getParent());
            Files.copy(file, whole);
          });
    }
    return delete(from, true);
  }

  @Override
  public boolean delete(org.apache.hadoop.fs.Path path, boolean recursive) throws IOException {
    if (!Files.exists(at(path))) {
      return false;
    }
    for (Path file : filesBelow(at(path))) {
      count(() -> Files.delete(file));
    }
    try (Stream<Path> left = Files.walk(at(path))) {
      for (Path directory : left.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(directory);
      }
    } catch (java.nio.file.NoSuchFileException e) {
      return true; // It was a file.
    }
    return true;
  }

  private static List<Path> filesBelow(Path path) throws IOException {
    try (Stream<Path> files = Files.walk(path)) {
      return files.filter(Files::isRegularFile).sorted().toList();
    }
  }

  @Override
  public FileStatus[] listStatus(org.apache.hadoop.fs.Path path) throws IOException {
    if (!Files.isDirectory(at(path))) {
      return new FileStatus[] {getFileStatus(path)};
    }
    List<FileStatus> found = new ArrayList<>();
    try (Stream<Path> entries = Files.list(at(path))) {
      for (Path entry : entries.sorted().toList()) {
        // The listing of a store is one answer: what is deleted meanwhile does not disturb it.
        statusIfThere(new org.apache.hadoop.fs.Path(path, entry.getFileName() + ""))
            .ifPresent(found::add);
      }
    }
    return found.toArray(FileStatus[]::new);
  }

  private Optional<FileStatus> statusIfThere(org.apache.hadoop.fs.Path path) throws IOException {
    try {
      return Optional.of(getFileStatus(path));
    } catch (FileNotFoundException | NoSuchFileException e) {
      return Optional.empty();
    }
  }

  @Override
  public FileStatus getFileStatus(org.apache.hadoop.fs.Path path) throws IOException {
    Path file = at(path);
    if (!Files.exists(file)) {
      throw new FileNotFoundException("No such file or directory: " + path);
    }
    boolean directory = Files.isDirectory(file);
    return new FileStatus(
        directory ? 0 : Files.size(file),
        directory,
        1,
        getDefaultBlockSize(path),
        Files.getLastModifiedTime(file).toMillis(),
        makeQualified(path));
  }

  @Override
  public boolean mkdirs(org.apache.hadoop.fs.Path path, FsPermission permission)
      throws IOException {
    Files.createDirectories(at(path));
    return true;
  }

  @Override
  public void setWorkingDirectory(org.apache.hadoop.fs.Path path) {
    working = path;
  }

  @Override
  public org.apache.hadoop.fs.Path getWorkingDirectory() {
    return working;
  }
}
