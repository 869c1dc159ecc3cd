package io.distributedlock.board;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import org.junit.jupiter.api.condition.EnabledIf;

/**
 * Skips tests where there is no browser to be started.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@EnabledIf(value = "io.distributedlock.board.Browser#isAvailable",
		disabledReason = "No chromium and chromedriver on the PATH: on Debian, .ci/browser installs them")
public @interface EnabledWithBrowser {

}
