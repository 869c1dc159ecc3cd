package io.distributedlock.autoconfigure.jdbc;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import javax.sql.DataSource;

import org.springframework.boot.jdbc.DatabaseDriver;
import org.springframework.boot.jdbc.init.PropertiesBasedDataSourceScriptDatabaseInitializer;
import org.springframework.core.io.ByteArrayResource;
import org.springframework.core.io.Resource;

/**
 * Creates the table of the locks. Our own script follows the configured table name; a
 * script of the user is run as it is.
 */
class LockSchemaInitializer extends PropertiesBasedDataSourceScriptDatabaseInitializer<JdbcLockProperties> {

	private static final Map<DatabaseDriver, String> PLATFORMS = Map.of(DatabaseDriver.MARIADB, "mysql");

	private static final Pattern TABLE = Pattern.compile("\\b" + JdbcLockProperties.DEFAULT_TABLE_NAME + "\\b");

	private final JdbcLockProperties properties;

	LockSchemaInitializer(DataSource dataSource, JdbcLockProperties properties) {
		super(dataSource, properties, PLATFORMS);
		this.properties = properties;
	}

	@Override
	protected void runScripts(Scripts scripts) {
		boolean ours = JdbcLockProperties.DEFAULT_SCHEMA_LOCATION.equals(this.properties.getSchema());
		boolean renamed = !JdbcLockProperties.DEFAULT_TABLE_NAME.equals(this.properties.getTableName());
		super.runScripts((ours && renamed) ? renamed(scripts) : scripts);
	}

	private Scripts renamed(Scripts scripts) {
		List<Resource> renamed = new ArrayList<>();
		Charset encoding = (scripts.getEncoding() != null) ? scripts.getEncoding() : StandardCharsets.UTF_8;
		String tableName = Matcher.quoteReplacement(this.properties.getTableName());
		for (Resource script : scripts) {
			try {
				String text = TABLE.matcher(script.getContentAsString(encoding)).replaceAll(tableName);
				renamed.add(new ByteArrayResource(text.getBytes(encoding), script.getDescription()));
			}
			catch (IOException ex) {
				throw new UncheckedIOException(ex);
			}
		}
		return new Scripts(renamed).continueOnError(scripts.isContinueOnError())
			.separator(scripts.getSeparator())
			.encoding(scripts.getEncoding());
	}

}
