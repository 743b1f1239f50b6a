using System.Text.RegularExpressions;

namespace AudioOrleans.Architecture.Tests;

public sealed partial class DocumentTests
{
    [Fact]
    public void Links_in_documents_point_to_files_that_exist()
    {
        string[] documents =
        [
            .. Directory.GetFiles(Products.Root, "*.md"),
            .. Directory.GetFiles(Path.Combine(Products.Root, "docs"), "*.md", SearchOption.AllDirectories),
        ];
        var links = documents.SelectMany(document => Link().Matches(File.ReadAllText(document)).Select(link => (Document: document, Target: link.Groups[1].Value))).ToList();
        Assert.True(links.Count > 50);
        Assert.Equal([], links.Where(link => !Path.Exists(Path.Combine(Path.GetDirectoryName(link.Document)!, link.Target))));
    }

    [Fact]
    public void The_contributing_guide_links_to_the_code_of_each_route_and_job()
    {
        var text = File.ReadAllText(Path.Combine(Products.Root, "CONTRIBUTING.md"));
        var routes = Products.SourceFiles("Gateway").Where(file => file.EndsWith("Api.cs", StringComparison.Ordinal)).ToList();
        var handlers = Products.SourceFiles("Grains").Where(file => File.ReadAllText(file).Contains(") : IJobHandler", StringComparison.Ordinal)).ToList();
        Assert.NotEmpty(routes);
        Assert.NotEmpty(handlers);
        Assert.Equal([], routes.Concat(handlers).Select(file => Path.GetRelativePath(Products.Root, file)).Where(file => !text.Contains($"]({file})", StringComparison.Ordinal)));
    }

    [Fact]
    public void The_readme_can_be_read_in_five_minutes() =>
        Assert.InRange(File.ReadAllText(Path.Combine(Products.Root, "README.md")).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Length, 1, 900);

    /// <summary>A link to a file in the repository, without its fragment (<c>#</c>).</summary>
    [GeneratedRegex(@"\]\((?![a-z]+:|#)([^)#\s]+)")]
    private static partial Regex Link();
}
