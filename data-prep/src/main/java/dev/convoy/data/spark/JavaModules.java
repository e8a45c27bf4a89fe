package dev.convoy.data.spark;

import dev.convoy.data.InvalidRequestException;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.launcher.JavaModuleOptions;

/**
 * The packages of the JDK that Spark reads by reflection. Java 17 opens them to nobody unless the
 * JVM is started with {@code --add-opens}. {@code bin/convoy}, spark-submit and YARN give these
 * options; a standalone cluster of Spark 3.5 starts a driver ({@code --deploy-mode cluster})
 * without them.
 */
public final class JavaModules {
  private static final Pattern OPTION = Pattern.compile("--add-opens=([^/\\s]+)/([^=\\s]+)=\\S+");

  private JavaModules() {}

  /** A package of a module of the JDK. */
  private record Opened(Module module, String name) {}

  /**
   * Opens the packages that are closed in this JVM.
   *
   * @throws InvalidRequestException if this JVM does not let it; the message has the options
   */
  public static void openForSpark() {
    List<Opened> closed = closed(JavaModules.class.getClassLoader().getUnnamedModule());
    if (closed.isEmpty()) {
      return;
    }
    try {
      MethodHandle open =
          trustedLookup()
              .findVirtual(
                  Module.class,
                  "implAddOpensToAllUnnamed",
                  MethodType.methodType(void.class, String.class));
      for (Opened one : closed) {
        open.invoke(one.module(), one.name());
      }
    } catch (Throwable e) { // What a method handle may throw.
      throw new InvalidRequestException(refusal(), e);
    }
  }

  private static String refusal() {
    return "Cannot start Spark: this JVM was started without the options that Spark needs on Java"
        + " 17 (give spark-submit: --conf 'spark.driver.extraJavaOptions="
        + JavaModuleOptions.defaultModuleOptions().strip()
        + "')";
  }

  /** Returns the packages of Spark's options that are not open to a module. */
  static List<String> closedTo(Module reader) {
    return closed(reader).stream().map(one -> one.module().getName() + "/" + one.name()).toList();
  }

  private static List<Opened> closed(Module reader) {
    List<Opened> closed = new ArrayList<>();
    Matcher option = OPTION.matcher(JavaModuleOptions.defaultModuleOptions());
    while (option.find()) {
      String name = option.group(2);
      ModuleLayer.boot()
          .findModule(option.group(1))
          .filter(module -> module.getPackages().contains(name) && !module.isOpen(name, reader))
          .ifPresent(module -> closed.add(new Opened(module, name)));
    }
    return closed;
  }

  /**
   * Returns the lookup of the JDK itself. A running JVM offers no other way to open a package to
   * code that the JDK does not know, but an agent, which must be named at its start.
   */
  private static MethodHandles.Lookup trustedLookup() throws ReflectiveOperationException {
    Class<?> type = Class.forName("sun.misc.Unsafe");
    Field instance = type.getDeclaredField("theUnsafe");
    instance.setAccessible(true);
    Object unsafe = instance.get(null);
    Field lookup = MethodHandles.Lookup.class.getDeclaredField("IMPL_LOOKUP");
    Object base = type.getMethod("staticFieldBase", Field.class).invoke(unsafe, lookup);
    long offset = (long) type.getMethod("staticFieldOffset", Field.class).invoke(unsafe, lookup);
    return (MethodHandles.Lookup)
        type.getMethod("getObject", Object.class, long.class).invoke(unsafe, base, offset);
  }
}
