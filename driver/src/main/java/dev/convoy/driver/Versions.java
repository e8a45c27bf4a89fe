package dev.convoy.driver;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/** The versions of Convoy, Spark and DL4J that this jar was built from. */
public final class Versions {
  private static final Properties PROPERTIES = load();

  private Versions() {}

  public static String convoy() {
    return PROPERTIES.getProperty("convoy");
  }

  public static String spark() {
    return PROPERTIES.getProperty("spark");
  }

  public static String dl4j() {
    return PROPERTIES.getProperty("dl4j");
  }

  private static Properties load() {
    try (InputStream in = Versions.class.getResourceAsStream("version.properties")) {
      Properties properties = new Properties();
      properties.load(in);
      return properties;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
