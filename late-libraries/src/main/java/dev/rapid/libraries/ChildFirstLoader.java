package dev.rapid.libraries;

import java.net.URL;
import java.net.URLClassLoader;
import java.util.List;

/** Defines the classes of some packages itself, so that they see the jars that it has. */
final class ChildFirstLoader extends URLClassLoader {

  static {
    registerAsParallelCapable();
  }

  private final List<String> packages;

  /**
   * @param packages beginnings of names of classes
   */
  ChildFirstLoader(String name, URL[] jars, ClassLoader parent, List<String> packages) {
    super(name, jars, parent);
    this.packages = packages;
  }

  @Override
  protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
    if (packages.stream().noneMatch(name::startsWith)) {
      return super.loadClass(name, resolve);
    }
    synchronized (getClassLoadingLock(name)) {
      Class<?> loaded = findLoadedClass(name);
      return loaded == null ? findClass(name) : loaded;
    }
  }
}
