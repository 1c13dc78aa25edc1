package dev.rapid.bootstrap.launch;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * The directory in which external extensions are installed (contract lifecycle-and-control, section
 * 1.7).
 *
 * <p>Every entry that is not a directory is an extension, of any size, permissions and name; a
 * symbolic link is one even if it points to a directory. An extension that cannot be started fails
 * when it is started.
 */
public final class ExtensionsDirectory {

  /** Where extensions are installed in the cloud. */
  public static final Path LOCATION = Path.of("/opt/extensions");

  /** The file that switches extensions off if it exists when Rapid starts. */
  public static final Path DISABLE_SWITCH = Path.of("/opt/disable-extensions-jwigqn8j");

  private static final Logger LOG = System.getLogger(ExtensionsDirectory.class.getName());

  /** Replaces bytes that are no character. */
  private static final char UNREADABLE = '\uFFFD';

  /** The order of the contract, which Java's order of strings is not. */
  private static final Comparator<String> BYTEWISE =
      Comparator.comparing(name -> name.getBytes(StandardCharsets.UTF_8), Arrays::compareUnsigned);

  private final Path directory;

  /**
   * Creates a view of {@code directory}, which need not exist.
   *
   * @param directory usually {@link #LOCATION}; a relative one is below the current directory
   */
  public ExtensionsDirectory(Path directory) {
    this.directory = directory.toAbsolutePath();
  }

  /** Returns whether {@link #DISABLE_SWITCH} exists. To be asked once, at the start. */
  public static boolean isSwitchedOff() {
    return isSwitchedOff(Path.of("/"));
  }

  /** Returns whether {@link #DISABLE_SWITCH} exists below {@code root} instead of {@code /}. */
  public static boolean isSwitchedOff(Path root) {
    return Files.exists(root.resolve(Path.of("/").relativize(DISABLE_SWITCH)));
  }

  /**
   * Returns the file names of the extensions that are installed now, in byte-wise order. Those that
   * are not text in the system's encoding are left out, which is logged as an error. If the
   * directory is missing or no directory, there are none; nor if it cannot be read, which is logged
   * as an error.
   */
  public List<String> names() {
    List<String> names = new ArrayList<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
      for (Path entry : entries) {
        String name = String.valueOf(entry.getFileName());
        if (name.indexOf(UNREADABLE) >= 0) {
          LOG.log(Level.ERROR, "Cannot start " + entry + ": its name is not text");
        } else if (!Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS)) {
          names.add(name);
        }
      }
    } catch (NoSuchFileException | NotDirectoryException none) {
      return List.of();
    } catch (IOException | DirectoryIteratorException e) {
      LOG.log(Level.ERROR, "Cannot read " + directory + ", so no extension is started: " + e);
      return List.of();
    }
    names.sort(BYTEWISE);
    return List.copyOf(names);
  }

  /**
   * Returns how to start an extension: by its absolute path, without arguments.
   *
   * @param name its file name
   * @param workingDirectory where it runs; the contract says in Rapid's own directory
   * @param environment its whole environment, see {@link FunctionEnvironment#forExternalExtension}
   */
  public LaunchSpec launchSpec(
      String name, Path workingDirectory, Map<String, String> environment) {
    return new LaunchSpec(
        List.of(directory.resolve(name).toString()), workingDirectory, environment, FramedLog.OFF);
  }
}
