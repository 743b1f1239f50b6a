#if ENGINE_EMBEDDED
using System.Reflection;

namespace Audio.Orleans.Embedded.Tests.Surface;

/// <summary>
/// The engine shows nothing that Orleans does not have. Types at home in Orleans.Core.Abstractions are compared with that
/// assembly itself; the others with a list of facts, since their packages cannot be had everywhere.
/// </summary>
public class SurfaceTests
{
    private const string Abstractions = "Orleans.Core.Abstractions";
    private static readonly string Engine = typeof(IGrain).Assembly.Location;

    [Fact]
    public void Every_public_type_and_member_exists_in_Orleans()
    {
        var abstractions = PublicSurface.Of(PathOf(Abstractions));
        var facts = Facts.Read();
        var missing = new List<string>();
        foreach (var (type, (kind, members)) in PublicSurface.Of(Engine))
        {
            if (!abstractions.TryGetValue(type, out var real) && !(facts.TryGetValue(type, out var fact) && (real = (fact.Kind, fact.Members)) != default))
                missing.Add($"type {type}");
            else if (real.Kind != kind)
                missing.Add($"{type} is a {real.Kind} there, a {kind} here");
            else
                missing.AddRange(members.Except(real.Members).Select(member => $"{type}: {member}"));
        }

        Assert.True(missing.Count == 0, $"Orleans has none of these:\n{string.Join("\n", missing.Order())}");
    }

    [Fact]
    public void No_fact_is_about_a_type_that_the_real_assembly_can_speak_for() =>
        Assert.Empty(Facts.Read().Keys.Intersect(PublicSurface.Of(PathOf(Abstractions)).Keys));

    [Fact]
    public void The_facts_put_types_where_the_real_testing_host_finds_them()
    {
        var facts = Facts.Read();
        var seen = PublicSurface.HomesSeenBy(PathOf("Orleans.TestingHost"));
        Assert.All(seen.Where(pair => facts.ContainsKey(pair.Key)), pair => Assert.Equal(pair.Value, facts[pair.Key].Home));
        Assert.Contains(seen.Keys, facts.ContainsKey);
    }

    private static string PathOf(string assembly)
    {
        var constants = typeof(SurfaceTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().ToDictionary(one => one.Key, one => one.Value!);
        var package = $"microsoft.{assembly}".ToLowerInvariant();
        return Path.Combine(constants["NuGetPackageRoot"], package, constants["OrleansVersion"], "lib", "net10.0", $"{assembly}.dll");
    }
}
#endif
