package dev.rapid.libraries;

import java.io.IOException;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Libraries that are loaded together, and the packages of Rapid that use them. Nothing else of
 * Rapid refers to these packages; it gets their objects from {@link #create}.
 *
 * <p>A program that has the libraries on its class path, as one that embeds Rapid has, uses them
 * from there.
 */
public final class LateLibraries {

  /** The databases of the queue. */
  public static final LateLibraries DATABASES =
      new LateLibraries(
          "databases", "com/zaxxer/hikari/HikariDataSource.class", "dev.rapid.queue.sql.");

  /** What protocols besides Lambda's are spoken with. */
  public static final LateLibraries PROTOCOLS =
      new LateLibraries(
          "protocols",
          "io/netty/channel/Channel.class",
          "dev.rapid.grpc.",
          "dev.rapid.fnrunner.server.",
          "dev.rapid.fnfdk.http.",
          "dev.rapid.azure.protocol.",
          "dev.rapid.azure.server.",
          "dev.rapid.azure.trigger.",
          "dev.rapid.kapacitor.protocol.",
          "dev.rapid.kapacitor.codec.",
          "dev.rapid.kapacitor.json.",
          "dev.rapid.kapacitor.host.",
          "dev.rapid.kapacitor.agent.");

  private final String directory;
  private final String probe;
  private final List<String> packages;
  private @Nullable ClassLoader loader;

  /**
   * @param directory its name, beside the jar with this class
   * @param probe a class of the libraries
   * @param packages beginnings of names of classes of Rapid
   */
  private LateLibraries(String directory, String probe, String... packages) {
    this.directory = directory;
    this.probe = probe;
    this.packages = List.of(packages);
  }

  /**
   * Creates an object of a class that uses the libraries.
   *
   * @param implementation the name of a class with one public constructor
   * @param arguments what the constructor takes
   * @throws IOException if the libraries are missing
   */
  public <T> T create(Class<T> type, String implementation, Object... arguments)
      throws IOException {
    try {
      Class<?> found = Class.forName(implementation, true, loader());
      Constructor<?> constructor = found.getConstructors()[0];
      return type.cast(constructor.newInstance(arguments));
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof RuntimeException ours) {
        throw ours;
      }
      throw missing(e);
    } catch (ReflectiveOperationException | LinkageError e) {
      throw missing(e);
    }
  }

  private IOException missing(Throwable cause) {
    return new IOException(
        "The program lacks its libraries for " + directory + ": " + cause, cause);
  }

  /** Returns the loader of this class if it knows the libraries, or else one that does. */
  private synchronized ClassLoader loader() throws IOException {
    ClassLoader known = loader;
    if (known == null) {
      ClassLoader ours = LateLibraries.class.getClassLoader();
      known = ours.getResource(probe) == null ? beside(ours) : ours;
      loader = known;
    }
    return known;
  }

  private ClassLoader beside(ClassLoader ours) throws IOException {
    CodeSource source = LateLibraries.class.getProtectionDomain().getCodeSource();
    List<URL> jars = new ArrayList<>();
    jars.add(source.getLocation());
    try {
      Path libraries = Path.of(source.getLocation().toURI()).resolveSibling(directory);
      try (DirectoryStream<Path> files = Files.newDirectoryStream(libraries, "*.jar")) {
        for (Path file : files) {
          jars.add(file.toUri().toURL());
        }
      }
    } catch (IOException | URISyntaxException e) {
      throw missing(e);
    }
    return new ChildFirstLoader(directory, jars.toArray(new URL[0]), ours, packages);
  }
}
