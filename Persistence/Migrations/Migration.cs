using System.Globalization;
using System.Reflection;
using System.Security.Cryptography;
using System.Text;

namespace AudioOrleans.Persistence.Migrations;

/// <summary>One step of the schema: a file <c>NNNN_name.sql</c> that never changes after its release.</summary>
/// <param name="Version">Its number.</param>
/// <param name="Name">Its name.</param>
/// <param name="Sql">Its SQL.</param>
public sealed record Migration(int Version, string Name, string Sql)
{
    /// <summary>SHA-256 of the text, hexadecimal; line endings are ignored.</summary>
    public string Checksum { get; } =
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Sql.ReplaceLineEndings("\n"))));

    /// <summary>The migrations included in this program, in order.</summary>
    public static IReadOnlyList<Migration> All { get; } = ReadAll(typeof(Migration).Assembly);

    private static List<Migration> ReadAll(Assembly assembly) =>
        [.. assembly.GetManifestResourceNames().Where(name => name.EndsWith(".sql", StringComparison.Ordinal))
            .Select(name => Read(assembly, name)).OrderBy(migration => migration.Version)];

    private static Migration Read(Assembly assembly, string resource)
    {
        // "AudioOrleans.Persistence.Migrations.0001_engine.sql"
        var name = resource.Split('.')[^2];
        var parts = name.Split('_', 2);
        if (parts.Length != 2 || !int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var version))
            throw new InvalidOperationException($"The migration {name}.sql is not named NNNN_name.sql.");
        using var reader = new StreamReader(assembly.GetManifestResourceStream(resource)!);
        return new Migration(version, parts[1], reader.ReadToEnd());
    }
}
