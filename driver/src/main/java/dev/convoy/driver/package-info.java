/** Code that runs on the driver. The classes of this package are shared by its subpackages. */
package dev.convoy.driver;
