package dev.rapid.queue.sql;

import java.io.IOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.ArrayList;
import java.util.List;

/**
 * Loads the classes of this package together with the libraries that they use. The packaged program
 * has these libraries in a directory beside its jar, not on its class path: the start opens each
 * jar of the class path, which takes up to some milliseconds for each.
 */
final class DatabaseLibraries extends URLClassLoader {

  /** The directory beside the jar with this class. */
  private static final String DIRECTORY = "databases";

  private static final String LIBRARY = "com/zaxxer/hikari/HikariDataSource.class";
  private static final String PACKAGE = DatabaseLibraries.class.getPackageName() + ".";

  private DatabaseLibraries(URL[] jars, ClassLoader parent) {
    super("databases", jars, parent);
  }

  /** Returns the loader of this class if it knows the libraries, or else one that does. */
  static ClassLoader loader() throws IOException {
    ClassLoader ours = DatabaseLibraries.class.getClassLoader();
    if (ours.getResource(LIBRARY) != null) {
      return ours;
    }
    CodeSource source = DatabaseLibraries.class.getProtectionDomain().getCodeSource();
    List<URL> jars = new ArrayList<>();
    jars.add(source.getLocation());
    try (DirectoryStream<Path> libraries =
        Files.newDirectoryStream(
            Path.of(source.getLocation().toURI()).resolveSibling(DIRECTORY), "*.jar")) {
      for (Path library : libraries) {
        jars.add(library.toUri().toURL());
      }
    } catch (URISyntaxException e) {
      throw new IOException(e);
    }
    return new DatabaseLibraries(jars.toArray(new URL[0]), ours);
  }

  /** The classes of this package come from here, so that they see the libraries. */
  @Override
  protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
    if (!name.startsWith(PACKAGE)) {
      return super.loadClass(name, resolve);
    }
    synchronized (getClassLoadingLock(name)) {
      Class<?> loaded = findLoadedClass(name);
      return loaded == null ? findClass(name) : loaded;
    }
  }
}
