using System.Collections.Concurrent;

namespace Orleans.Runtime;

/// <summary>Makes references; the client and the grains use the same one.</summary>
internal sealed class GrainFactory(Silo silo) : IClusterClient
{
    private readonly ConcurrentDictionary<Type, GrainInterface> _interfaces = new();
    private readonly ConcurrentDictionary<(Type, string?), GrainType> _types = new();
    private readonly Func<Type, GrainInterface> _register = type => new(silo, type);

    public IServiceProvider ServiceProvider => silo.Services;

    /// <summary>The interface, checked against the rules when it is seen first.</summary>
    public GrainInterface Interface(Type type) => _interfaces.GetOrAdd(type, _register);

    public GrainProxy Reference(Type type, GrainId id) => Interface(type).Reference(id);

    public TGrainInterface GetGrain<TGrainInterface>(string primaryKey, string? grainClassNamePrefix = null)
        where TGrainInterface : IGrainWithStringKey
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(primaryKey);
        return Get<TGrainInterface>(IdSpan.Create(primaryKey), grainClassNamePrefix);
    }

    public TGrainInterface GetGrain<TGrainInterface>(Guid primaryKey, string? grainClassNamePrefix = null)
        where TGrainInterface : IGrainWithGuidKey => Get<TGrainInterface>(GrainIdKeyExtensions.CreateGuidKey(primaryKey), grainClassNamePrefix);

    public TGrainInterface GetGrain<TGrainInterface>(long primaryKey, string? grainClassNamePrefix = null)
        where TGrainInterface : IGrainWithIntegerKey =>
        Get<TGrainInterface>(GrainIdKeyExtensions.CreateIntegerKey(primaryKey), grainClassNamePrefix);

    public TGrainInterface GetGrain<TGrainInterface>(GrainId grainId)
        where TGrainInterface : IAddressable => (TGrainInterface)(object)Reference(typeof(TGrainInterface), grainId);

    public IGrain GetGrain(Type grainInterfaceType, string grainPrimaryKey)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(grainPrimaryKey);
        return Get(grainInterfaceType, IdSpan.Create(grainPrimaryKey));
    }

    public IGrain GetGrain(Type grainInterfaceType, Guid grainPrimaryKey) =>
        Get(grainInterfaceType, GrainIdKeyExtensions.CreateGuidKey(grainPrimaryKey));

    public IGrain GetGrain(Type grainInterfaceType, long grainPrimaryKey) =>
        Get(grainInterfaceType, GrainIdKeyExtensions.CreateIntegerKey(grainPrimaryKey));

    public TGrainObserverInterface CreateObjectReference<TGrainObserverInterface>(IGrainObserver obj)
        where TGrainObserverInterface : IGrainObserver
    {
        ArgumentNullException.ThrowIfNull(obj);
        if (obj is GrainProxy or IGrainBase)
            throw new ArgumentException("A grain or a reference is no observer object; a grain passes this.AsReference.", nameof(obj));
        var @interface = Interface(typeof(TGrainObserverInterface));
        return (TGrainObserverInterface)(object)@interface.Reference(silo.Observers.Add(obj));
    }

    public void DeleteObjectReference<TGrainObserverInterface>(IGrainObserver obj)
        where TGrainObserverInterface : IGrainObserver =>
        silo.Catalog.Remove(obj is GrainProxy proxy && Observers.IsObserver(proxy.GrainId)
            ? proxy.GrainId
            : throw new ArgumentException("What is deleted is the reference that CreateObjectReference made.", nameof(obj)));

    private TGrainInterface Get<TGrainInterface>(IdSpan key, string? prefix) =>
        (TGrainInterface)(object)Reference(typeof(TGrainInterface), new(TypeOf(typeof(TGrainInterface), prefix), key));

    private IGrain Get(Type type, IdSpan key) => (IGrain)(object)Reference(type, new(TypeOf(type, null), key));

    private GrainType TypeOf(Type type, string? prefix)
    {
        // The rules first: they say more about a bad interface than "no class implements it".
        Interface(type);
        return _types.TryGetValue((type, prefix), out var known) ? known : _types[(type, prefix)] = silo.Classes.TypeOf(type, prefix);
    }
}
