using System.Collections.Immutable;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace AudioOrleans.Architecture.Tests;

/// <summary>The assemblies and folders of the product, read as files; no assembly is loaded.</summary>
internal static class Products
{
    /// <summary>The product's folders, as in the solution.</summary>
    public static readonly ImmutableArray<string> Folders = ["Configuration", "Grains.Interfaces", "Grains", "RelayHost", "Persistence", "Silo", "Standalone", "Gateway"];

    /// <summary>The root folder of the repository.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>The assemblies of the product that an assembly references, without the common prefix.</summary>
    public static IReadOnlyList<string> ReferencesOf(string name)
    {
        using var file = File.OpenRead(PathOf(name));
        using var assembly = new PEReader(file);
        var metadata = assembly.GetMetadataReader();
        return [.. metadata.AssemblyReferences.Select(handle => metadata.GetString(metadata.GetAssemblyReference(handle).Name)).Where(IsProduct).Select(Short).Order(StringComparer.Ordinal)];
    }

    /// <summary>The source files of a folder, without build output.</summary>
    public static IEnumerable<string> SourceFiles(string folder) =>
        Directory.EnumerateFiles(Path.Combine(Root, folder), "*.cs", SearchOption.AllDirectories)
            .Where(path => !path.Split(Path.DirectorySeparatorChar).Any(part => part is "bin" or "obj" or "node_modules"));

    /// <summary>The types that an assembly references, with their namespaces.</summary>
    public static IReadOnlyList<string> TypesUsedBy(string name)
    {
        using var file = File.OpenRead(PathOf(name));
        using var assembly = new PEReader(file);
        var metadata = assembly.GetMetadataReader();
        return
        [
            .. metadata.TypeReferences.Select(metadata.GetTypeReference)
                .Select(type => $"{metadata.GetString(type.Namespace)}.{metadata.GetString(type.Name)}").Order(StringComparer.Ordinal),
        ];
    }

    private static string PathOf(string name) => Path.Combine(AppContext.BaseDirectory, $"Audio.Orleans.{name}.dll");

    private static bool IsProduct(string assembly) => assembly.StartsWith("Audio.Orleans.", StringComparison.Ordinal);

    private static string Short(string assembly) => assembly.Replace("Audio.Orleans.", "", StringComparison.Ordinal);

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Audio.Orleans.sln")))
            folder = folder.Parent;
        return folder?.FullName ?? throw new InvalidOperationException("The tests must run inside the repository.");
    }
}
