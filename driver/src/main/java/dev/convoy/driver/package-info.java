/**
 * Everything that runs on the driver; {@link dev.convoy.driver.Versions} names what it is made of.
 */
package dev.convoy.driver;
