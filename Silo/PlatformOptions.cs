using Microsoft.Extensions.Configuration;

namespace AudioOrleans.Silo;

/// <summary>The platform's data folder, database and master key.</summary>
public sealed record PlatformOptions
{
    /// <summary>The data folder; setting <c>Data</c>. Created if it is missing.</summary>
    public required string DataFolder { get; init; }

    /// <summary>The database; setting <c>ConnectionStrings__Audio</c>.</summary>
    public required string ConnectionString { get; init; }

    /// <summary>The master key in base64; setting <c>Secrets__MasterKey</c>. Null: one is created and stored in the data folder.</summary>
    public string? MasterKey { get; init; }

    /// <summary>Reads the options, and creates the data folder: <c>./data</c> by default. The connection string is empty if none is set.</summary>
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
