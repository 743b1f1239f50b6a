namespace Orleans.Configuration;

/// <summary>The storage in memory; there is nothing to set in one process.</summary>
public class MemoryGrainStorageOptions
{
    /// <summary>How many parts a cluster would spread it over.</summary>
    public int NumStorageGrains { get; set; } = 10;
}
