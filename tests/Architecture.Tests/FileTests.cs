namespace AudioOrleans.Architecture.Tests;

public sealed class FileTests
{
    private const int MaxLines = 400;

    public static TheoryData<string> Folders => [.. Products.Folders.Where(folder => Directory.Exists(Path.Combine(Products.Root, folder)))];

    [Theory]
    [MemberData(nameof(Folders))]
    public void No_file_is_longer_than_400_lines(string folder)
    {
        var files = Products.SourceFiles(folder).ToList();
        Assert.NotEmpty(files);
        Assert.Equal([], files.Select(file => (Name: Path.GetRelativePath(Products.Root, file), Lines: File.ReadLines(file).Count())).Where(file => file.Lines > MaxLines));
    }

    [Theory]
    [MemberData(nameof(Folders))]
    public void Code_gets_the_time_from_a_time_provider(string folder)
    {
        // The analyzer bans the system clocks; this test bans suppressing the analyzer.
        var suppressions = Products.SourceFiles(folder)
            .Where(file => File.ReadAllText(file).Contains("RS0030", StringComparison.Ordinal))
            .Select(file => Path.GetRelativePath(Products.Root, file));
        Assert.Equal([], suppressions);
    }
}
