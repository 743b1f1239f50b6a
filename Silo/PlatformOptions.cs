using AudioOrleans.Configuration;
using AudioOrleans.Silo.Cluster;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;
using Npgsql;

namespace AudioOrleans.Silo;

/// <summary>
/// The platform's data folder, database and master key. They are read and validated before the host is built: the private database of a single
/// machine starts first.
/// </summary>
public sealed record PlatformOptions
{
    private const string Database = "ConnectionStrings:Audio";
    private const string Key = "Secrets:MasterKey";

    /// <summary>The data folder; setting <c>Data</c>. Created if it is missing.</summary>
    public required string DataFolder { get; init; }

    /// <summary>The database; setting <c>ConnectionStrings__Audio</c>.</summary>
    public required string ConnectionString { get; init; }

    /// <summary>The master key in base64; setting <c>Secrets__MasterKey</c>. Null: one is created and stored in the data folder.</summary>
    public string? MasterKey { get; init; }

    /// <summary>Reads the options, and creates the data folder: <c>./data</c> by default. The connection string is empty if none is set.</summary>
    /// <exception cref="OptionsValidationException">A setting is invalid, or one that the cluster needs is missing; the message names it.</exception>
    public static PlatformOptions Read(IConfiguration configuration, AudioClusterOptions cluster)
    {
        var (connectionString, masterKey) = (TextOf(Database), TextOf(Key));
        if (connectionString is null ? cluster.IsCluster : !IsConnectionString(connectionString))
            throw WrongSetting.Create(Database, cluster.IsCluster ? "the database that all processes of the cluster share" : "an Npgsql connection string, such as Host=/run/postgresql;Database=audio");
        if (masterKey is null && cluster is { IsCluster: true, HasSilo: true })
            throw WrongSetting.Create(Key, "32 bytes in base64, the same for all silos, since each must open what the others have sealed");
        if (masterKey is not null && !Persistence.Secrets.MasterKey.IsValid(masterKey))
            throw WrongSetting.Create(Key, Persistence.Secrets.MasterKey.Expected);
        return new PlatformOptions { DataFolder = CreateFolder(configuration.GetSection("Data")), ConnectionString = connectionString ?? "", MasterKey = masterKey };

        string? TextOf(string key) => configuration[key] is { } text && !string.IsNullOrWhiteSpace(text) ? text : null;
    }

    private static bool IsConnectionString(string text)
    {
        try
        {
            _ = new NpgsqlConnectionStringBuilder(text);
            return true;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    private static string CreateFolder(IConfigurationSection setting)
    {
        try
        {
            return Directory.CreateDirectory(setting.Value is { Length: > 0 } data ? data : "data").FullName;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw WrongSetting.Create(setting, "a folder, which this user may create if it is missing");
        }
    }
}
