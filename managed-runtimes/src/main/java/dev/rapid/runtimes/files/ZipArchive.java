package dev.rapid.runtimes.files;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.Enumeration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * An archive of code or of a layer, unpacked as the cloud does (contract templates-and-runtimes,
 * section 1.3): permissions and symbolic links are kept, and no entry gets outside of the folder.
 */
public final class ZipArchive {

  private static final int TYPE = 0170000;
  private static final int LINK = 0120000;
  private static final int PERMISSIONS = 0777;
  private static final int MAX_LINK_BYTES = 4096;

  private final Path file;

  /** Creates an archive of a file, which is read when it is unpacked. */
  public ZipArchive(Path file) {
    this.file = file;
  }

  /** Returns whether the name of a file says that it is an archive. */
  public static boolean isNamed(Path file) {
    String name = file.toString().toLowerCase(Locale.ROOT);
    return name.endsWith(".zip") || name.endsWith(".jar");
  }

  /**
   * Writes the entries into a folder.
   *
   * @param folder an empty folder, without links in its path
   * @throws IOException if the archive cannot be read, or if an entry or a link leads outside
   */
  public void unpack(Path folder) throws IOException {
    Map<String, Integer> modes = ZipModes.read(file);
    List<Link> links = new ArrayList<>();
    try (ZipFile zip = new ZipFile(file.toFile())) {
      Enumeration<? extends ZipEntry> entries = zip.entries();
      while (entries.hasMoreElements()) {
        ZipEntry entry = entries.nextElement();
        Path target = inside(folder, folder, entry.getName(), entry.getName());
        int mode = modes.getOrDefault(entry.getName(), 0);
        if (entry.isDirectory()) {
          Files.createDirectories(target);
          continue;
        }
        Path parent = target.getParent();
        if (parent != null) {
          Files.createDirectories(parent);
        }
        try (InputStream content = zip.getInputStream(entry)) {
          if ((mode & TYPE) == LINK) {
            String text = new String(content.readNBytes(MAX_LINK_BYTES), StandardCharsets.UTF_8);
            inside(folder, parent == null ? folder : parent, text, entry.getName());
            links.add(new Link(target, text, entry.getName()));
          } else {
            Files.copy(content, target, StandardCopyOption.REPLACE_EXISTING);
            setPermissions(target, mode);
          }
        }
      }
    } catch (InvalidPathException e) {
      throw new IOException(file + " has an entry whose name is no path: " + e.getInput(), e);
    }
    // Links come last, so that no entry is written through one.
    for (Link link : links) {
      Files.createSymbolicLink(link.at(), Path.of(link.target()));
    }
    for (Link link : links) {
      if (Files.exists(link.at()) && !link.at().toRealPath().startsWith(folder)) {
        throw escapes(link.entry());
      }
    }
  }

  private record Link(Path at, String target, String entry) {}

  private Path inside(Path folder, Path base, String path, String entry) throws IOException {
    Path target = base.resolve(path).normalize();
    boolean above = Path.of(path).isAbsolute() || !target.startsWith(folder);
    if (above) {
      throw escapes(entry);
    }
    return target;
  }

  private IOException escapes(String entry) {
    return new IOException(
        file + " is not unpacked: its entry '" + entry + "' leads out of the folder");
  }

  private static void setPermissions(Path target, int mode) throws IOException {
    Set<PosixFilePermission> permissions;
    Path name = target.getFileName();
    if ((mode & PERMISSIONS) != 0) {
      permissions = permissions(mode);
      permissions.add(PosixFilePermission.OWNER_READ);
      permissions.add(PosixFilePermission.OWNER_WRITE);
    } else if (name != null && name.toString().equals("bootstrap")) {
      // An archive from a system without permissions.
      permissions = permissions(0755);
    } else {
      return;
    }
    Files.setPosixFilePermissions(target, permissions);
  }

  private static Set<PosixFilePermission> permissions(int mode) {
    Set<PosixFilePermission> permissions = EnumSet.noneOf(PosixFilePermission.class);
    PosixFilePermission[] highestFirst = PosixFilePermission.values();
    for (int i = 0; i < highestFirst.length; i++) {
      if ((mode & (0400 >> i)) != 0) {
        permissions.add(highestFirst[i]);
      }
    }
    return permissions;
  }
}
