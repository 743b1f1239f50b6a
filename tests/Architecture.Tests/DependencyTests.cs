using System.Text.RegularExpressions;

namespace AudioOrleans.Architecture.Tests;

public sealed partial class DependencyTests
{
    // Gateway -> Grains.Interfaces <- Grains -> RelayHost, Persistence. Silo composes them, and Standalone adds what a single machine needs. All read
    // their options with Configuration, and nothing references Gateway.
    [Theory]
    [InlineData("Configuration", new string[0])]
    [InlineData("Grains.Interfaces", new[] { "Configuration" })]
    [InlineData("RelayHost", new[] { "Configuration" })]
    [InlineData("Persistence", new[] { "Configuration" })]
    [InlineData("Grains", new[] { "Configuration", "Grains.Interfaces", "Persistence", "RelayHost" })]
    [InlineData("Silo", new[] { "Configuration", "Grains", "Grains.Interfaces", "Persistence", "RelayHost" })]
    [InlineData("Standalone", new[] { "Configuration", "Grains.Interfaces", "Persistence", "RelayHost", "Silo" })]
    [InlineData("Gateway", new[] { "Configuration", "Grains.Interfaces", "RelayHost", "Silo", "Standalone" })]
    public void An_assembly_references_only_the_assemblies_that_the_design_allows(string assembly, string[] allowed)
    {
        Assert.Subset(allowed.ToHashSet(), Products.ReferencesOf(assembly).ToHashSet());
    }

    [Fact]
    public void The_references_are_read_from_the_assembly() =>
        Assert.Superset(new HashSet<string> { "Grains.Interfaces", "Persistence", "RelayHost" }, Products.ReferencesOf("Grains").ToHashSet());

    [Fact]
    public void Only_the_media_folders_and_the_program_of_the_gateway_use_the_relay_host() =>
        Assert.Equal([], Mentions("Gateway", "AudioOrleans.RelayHost").Where(file =>
            file != "Program.cs" && !new[] { "Live", "Media", "Uploads", "Playlists", "Podcasts" }.Any(folder => IsIn(file, folder))));

    [Fact]
    public void Only_the_program_and_the_hosting_folder_of_the_gateway_use_the_silo() =>
        Assert.Equal([], Mentions("Gateway", "AudioOrleans.Silo").Where(file => file != "Program.cs" && !IsIn(file, "Hosting")));

    [Fact]
    public void Only_the_program_and_the_hosting_folder_of_the_gateway_use_the_standalone_library() =>
        Assert.Equal([], Mentions("Gateway", "AudioOrleans.Standalone").Where(file => file != "Program.cs" && !IsIn(file, "Hosting")));

    [Fact]
    public void The_gateway_uses_neither_grain_classes_nor_the_database() =>
        Assert.Equal([], Mentions("Gateway", "AudioOrleans.Grains").Concat(Mentions("Gateway", "AudioOrleans.Persistence")).Concat(Mentions("Gateway", "Npgsql")));

    [Theory]
    [InlineData("Configuration")]
    [InlineData("Grains.Interfaces")]
    [InlineData("Grains")]
    [InlineData("Persistence")]
    [InlineData("Silo")]
    [InlineData("Standalone")]
    [InlineData("Gateway")]
    public void Only_the_relay_host_starts_programs(string assembly) => Assert.DoesNotContain(
        Products.TypesUsedBy(assembly), type => type is "System.Diagnostics.Process" or "System.Diagnostics.ProcessStartInfo");

    [Fact]
    public void The_relay_host_starts_programs() => Assert.Contains("System.Diagnostics.Process", Products.TypesUsedBy("RelayHost"));

    /// <summary>The files of a project, relative to it, that mention a namespace in a using directive or in a full name.</summary>
    private static IEnumerable<string> Mentions(string project, string name)
    {
        var files = Products.SourceFiles(project).ToList();
        Assert.NotEmpty(files);
        return files.Where(file => File.ReadLines(file).Any(line => !Comment().IsMatch(line) && IsMentioned(line, name)))
            .Select(file => Path.GetRelativePath(Path.Combine(Products.Root, project), file)).Order(StringComparer.Ordinal);
    }

    // Finds full names, and names that are shortened inside AudioOrleans, such as "RelayHost.Relays.Relay".
    private static bool IsMentioned(string line, string name) =>
        Regex.IsMatch(line, $@"(^|[^\w.]){Regex.Escape(name)}\b(?!\.Interfaces)") || Regex.IsMatch(line, $@"(^|[^\w.""/]){Regex.Escape(name.Replace("AudioOrleans.", "", StringComparison.Ordinal))}\.(?!Interfaces\.)[A-Z]\w*\.");

    private static bool IsIn(string file, string folder) => file.StartsWith(folder + Path.DirectorySeparatorChar, StringComparison.Ordinal);

    [GeneratedRegex(@"^\s*//")]
    private static partial Regex Comment();
}
