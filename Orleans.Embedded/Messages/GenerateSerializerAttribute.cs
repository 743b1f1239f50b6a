namespace Orleans;

/// <summary>The type may travel in a grain call or be stored.</summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Struct | AttributeTargets.Enum)]
public sealed class GenerateSerializerAttribute : Attribute
{
    /// <summary>A record's primary constructor parameters get field ids by their order.</summary>
    public bool IncludePrimaryConstructorParameters { get; init; } = true;

    /// <summary>Which members get field ids without <see cref="IdAttribute"/>.</summary>
    public GenerateFieldIds GenerateFieldIds { get; init; }
}

/// <summary>Which members get field ids without <see cref="IdAttribute"/>.</summary>
public enum GenerateFieldIds
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>Public properties.</summary>
    PublicProperties = 1,
}
