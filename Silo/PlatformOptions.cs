using Microsoft.Extensions.Configuration;

namespace AudioOrleans.Silo;

/// <summary>Where the platform keeps what it keeps, and which database it uses.</summary>
public sealed record PlatformOptions
{
    /// <summary>The data folder; setting <c>Data</c>. Made when it is missing.</summary>
    public required string DataFolder { get; init; }

    /// <summary>The database; setting <c>ConnectionStrings__Audio</c>.</summary>
    public required string ConnectionString { get; init; }

    /// <summary>The master key in base64; setting <c>Secrets__MasterKey</c>. Null: one is made in the data folder and kept there.</summary>
    public string? MasterKey { get; init; }

    /// <summary>Reads them, and makes the data folder: <c>./data</c> unless the setting names another. The connection string is empty where none is set.</summary>
    public static PlatformOptions Read(IConfiguration configuration)
    {
        var folder = Path.GetFullPath(configuration["Data"] is { Length: > 0 } data ? data : "data");
        Directory.CreateDirectory(folder);
        return new PlatformOptions
        {
            DataFolder = folder,
            ConnectionString = configuration.GetConnectionString("Audio") ?? "",
            MasterKey = configuration["Secrets:MasterKey"],
        };
    }
}
