namespace Audio.Orleans.Grains;

/// <summary>The names of grain storages.</summary>
public static class StorageNames
{
    /// <summary>PostgreSQL, with projections.</summary>
    public const string Audio = "audio";
}
