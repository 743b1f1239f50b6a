namespace Orleans.Configuration;

/// <summary>The grain classes and interfaces of the application; found in its assemblies unless set here.</summary>
public class GrainTypeOptions
{
    /// <summary>The grain classes.</summary>
    public HashSet<Type> Classes { get; } = [];

    /// <summary>The grain interfaces.</summary>
    public HashSet<Type> Interfaces { get; } = [];
}
