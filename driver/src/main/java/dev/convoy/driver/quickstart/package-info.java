/** The images of the quickstart: {@link dev.convoy.driver.quickstart.FashionMnist}. */
package dev.convoy.driver.quickstart;
