namespace Orleans.Providers;

/// <summary>Which storage a <c>Grain&lt;TState&gt;</c> uses.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class StorageProviderAttribute : Attribute
{
    /// <summary>The storage's name.</summary>
    public string ProviderName { get; set; } = ProviderConstants.DEFAULT_STORAGE_PROVIDER_NAME;
}
