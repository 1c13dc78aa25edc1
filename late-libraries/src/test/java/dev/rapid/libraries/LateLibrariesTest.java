package dev.rapid.libraries;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.InvocationTargetException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A program as it is packaged: one jar of ours, and a library in a directory beside it. */
final class LateLibrariesTest {

  private static final String USER = "dev.rapid.fnfdk.http.User";
  private static final String OTHER_USER = "dev.rapid.fnrunner.server.User";

  @TempDir private Path directory;
  private Path program;
  private Path library;

  @BeforeEach
  void compile() throws Exception {
    Path classes = Files.createDirectories(directory.resolve("classes"));
    compile(
        classes,
        "io/netty/channel/Channel.java",
        "package io.netty.channel; public class Channel {}");
    for (String user : List.of(USER, OTHER_USER)) {
      compile(
          classes,
          user.replace('.', '/') + ".java",
          """
          package %s;
          public class User implements java.util.function.Supplier<Object> {
            private final String name;
            public User(String name) { this.name = name; }
            public Object get() { return io.netty.channel.Channel.class; }
            public String toString() { return name; }
          }
          """
              .formatted(user.substring(0, user.lastIndexOf('.'))));
    }
    for (Class<?> ours : List.of(LateLibraries.class, ChildFirstLoader.class)) {
      String name = ours.getName().replace('.', '/') + ".class";
      Files.createDirectories(classes.resolve(name).getParent());
      try (InputStream in = ours.getClassLoader().getResourceAsStream(name)) {
        Files.copy(in, classes.resolve(name));
      }
    }
    program = jar(directory.resolve("program.jar"), classes, "dev");
    Files.createDirectories(directory.resolve("protocols"));
    library = jar(directory.resolve("protocols/channels.jar"), classes, "io");
  }

  @Test
  void a_class_sees_the_libraries_beside_the_program() throws Exception {
    try (URLClassLoader loader = loader(program)) {
      Supplier<?> user = create(loader, USER, "a name");

      assertThat(user.get().toString()).isEqualTo("class io.netty.channel.Channel");
      assertThat(user).hasToString("a name");
    }
  }

  @Test
  void packages_that_use_the_same_libraries_share_their_classes() throws Exception {
    try (URLClassLoader loader = loader(program)) {
      assertThat(create(loader, USER, "a").get()).isSameAs(create(loader, OTHER_USER, "b").get());
    }
  }

  @Test
  void libraries_of_the_class_path_are_taken_from_there() throws Exception {
    try (URLClassLoader loader = loader(program, library)) {
      assertThat(create(loader, USER, "a").getClass().getClassLoader()).isSameAs(loader);
    }
  }

  @Test
  void a_program_without_its_libraries_says_so() throws Exception {
    Files.delete(library);
    Files.delete(library.getParent());
    try (URLClassLoader loader = loader(program)) {
      assertThatThrownBy(() -> create(loader, USER, "a"))
          .isInstanceOf(IOException.class)
          .hasMessageStartingWith("The program lacks its libraries for protocols: ");
    }
  }

  private static Supplier<?> create(ClassLoader loader, String user, String name) throws Exception {
    Class<?> libraries = loader.loadClass(LateLibraries.class.getName());
    Object protocols = libraries.getField("PROTOCOLS").get(null);
    try {
      return (Supplier<?>)
          libraries
              .getMethod("create", Class.class, String.class, Object[].class)
              .invoke(protocols, Supplier.class, user, new Object[] {name});
    } catch (InvocationTargetException e) {
      throw (Exception) e.getCause();
    }
  }

  private static URLClassLoader loader(Path... jars) throws IOException {
    URL[] urls = new URL[jars.length];
    for (int i = 0; i < jars.length; i++) {
      urls[i] = jars[i].toUri().toURL();
    }
    return new URLClassLoader(urls, ClassLoader.getPlatformClassLoader());
  }

  private void compile(Path classes, String name, String source) throws IOException {
    Path file = directory.resolve("sources").resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, source);
    int result =
        ToolProvider.getSystemJavaCompiler()
            .run(
                null,
                null,
                null,
                "-proc:none",
                "-d",
                classes.toString(),
                "-cp",
                classes.toString(),
                file.toString());
    assertThat(result).isZero();
  }

  private static Path jar(Path jar, Path classes, String root) throws IOException {
    try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar));
        var files = Files.walk(classes.resolve(root))) {
      for (Path file : (Iterable<Path>) files.filter(Files::isRegularFile)::iterator) {
        out.putNextEntry(new JarEntry(classes.relativize(file).toString()));
        Files.copy(file, out);
      }
    }
    return jar;
  }
}
