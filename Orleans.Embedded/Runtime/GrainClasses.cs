using System.Collections.Frozen;
using Microsoft.Extensions.Options;
using Orleans.Configuration;

namespace Orleans.Runtime;

/// <summary>All grain classes, by grain type and by interface.</summary>
internal sealed class GrainClasses
{
    private readonly FrozenDictionary<GrainType, GrainClass> _byType;

    public GrainClasses(IServiceProvider services, IOptions<GrainTypeOptions> types, IOptions<GrainCollectionOptions> collection)
    {
        var all = types.Value.Classes.Select(type => new GrainClass(type, services, collection.Value)).ToArray();
        if (all.GroupBy(one => one.GrainType).FirstOrDefault(same => same.Count() > 1) is { } same)
            throw new OrleansConfigurationException($"The grain type '{same.Key}' is claimed by {string.Join(" and ", same)}.");
        _byType = all.ToFrozenDictionary(one => one.GrainType);
    }

    public IEnumerable<GrainClass> All => _byType.Values;

    /// <summary>The class of a grain.</summary>
    /// <exception cref="ArgumentException">There is none of that type.</exception>
    public GrainClass Of(GrainId id) => _byType.GetValueOrDefault(id.Type)
        ?? throw new ArgumentException($"There is no grain class of type '{id.Type}' for {id}.");

    /// <summary>The type of the grains behind an interface; of several classes the one that is named like it.</summary>
    /// <exception cref="ArgumentException">There is none, or several.</exception>
    public GrainType TypeOf(Type @interface, string? prefix)
    {
        var found = _byType.Values
            .Where(one => @interface.IsAssignableFrom(one.Class))
            .Where(one => prefix is null || one.Class.FullName!.StartsWith(prefix, StringComparison.Ordinal)
                || one.Class.Name.StartsWith(prefix, StringComparison.Ordinal))
            .ToArray();
        if (found.Length > 1)
            found = [.. found.Where(one => "I" + one.Class.Name == @interface.Name) is var named && named.Any() ? named : found];
        return found switch
        {
            [var only] => only.GrainType,
            [] => throw new ArgumentException($"No grain class implements {@interface}."),
            _ => throw new ArgumentException($"Several grain classes implement {@interface}: {string.Join(", ", found.AsEnumerable())}."),
        };
    }
}
