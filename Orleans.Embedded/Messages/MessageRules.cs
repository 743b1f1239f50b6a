using System.Collections.Immutable;
using System.Net;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace Orleans.Runtime;

/// <summary>
/// What may travel in a call. The engine passes arguments on without copying them, so nothing that can change may travel;
/// and what Orleans could not serialize is refused here too, so that it does not surprise a cluster later.
/// </summary>
internal static class MessageRules
{
    private static readonly HashSet<Type> Plain =
    [
        typeof(string), typeof(decimal), typeof(Guid), typeof(DateTime), typeof(DateTimeOffset), typeof(TimeSpan), typeof(DateOnly),
        typeof(TimeOnly), typeof(Uri), typeof(Version), typeof(IPAddress), typeof(IPEndPoint), typeof(byte[]), typeof(ReadOnlyMemory<byte>),
        typeof(Int128), typeof(UInt128), typeof(Half), typeof(SiloAddress),
    ];

    private static readonly HashSet<Type> Shells =
    [
        typeof(Nullable<>), typeof(ImmutableArray<>), typeof(ImmutableList<>), typeof(ImmutableHashSet<>), typeof(ImmutableSortedSet<>),
        typeof(ImmutableDictionary<,>), typeof(ImmutableSortedDictionary<,>), typeof(ImmutableQueue<>), typeof(ImmutableStack<>),
        typeof(KeyValuePair<,>),
    ];

    private static readonly HashSet<Type> Returns = [typeof(Task), typeof(Task<>), typeof(ValueTask), typeof(ValueTask<>)];

    /// <summary>Checks one method of a grain or observer interface.</summary>
    /// <exception cref="OrleansConfigurationException">The method or a type in it cannot be used; the message says which and why.</exception>
    public static void Check(Type @interface, MethodInfo method)
    {
        var where = $"{@interface.FullName}.{method.Name}";
        if (method.ContainsGenericParameters)
            throw Refused(where, "it is generic, which the embedded engine does not support");
        CheckReturn(@interface, method, where);
        foreach (var parameter in method.GetParameters())
        {
            if (parameter.ParameterType != typeof(CancellationToken))
                CheckType(parameter.ParameterType, $"{where}, parameter '{parameter.Name}'", []);
        }
    }

    private static void CheckReturn(Type @interface, MethodInfo method, string where)
    {
        var type = method.ReturnType;
        if (type == typeof(void) && typeof(IGrainObserver).IsAssignableFrom(@interface))
            return;
        var shape = type.IsGenericType ? type.GetGenericTypeDefinition() : type;
        if (shape == typeof(IAsyncEnumerable<>))
            throw Refused(where, "it returns IAsyncEnumerable, which the embedded engine does not support; return pages as ImmutableArray instead");
        if (!Returns.Contains(shape))
            throw Refused(where, $"it returns {Name(type)}; a grain method returns Task, Task<T>, ValueTask or ValueTask<T>");
        foreach (var result in type.GetGenericArguments())
            CheckType(result, $"{where}, return value", []);
    }

    private static void CheckType(Type type, string where, HashSet<Type> seen)
    {
        if (!seen.Add(type) || type.IsPrimitive || type.IsEnum || Plain.Contains(type) || IsReference(type))
            return;
        if (type.IsGenericType && (Shells.Contains(type.GetGenericTypeDefinition()) || type.IsAssignableTo(typeof(ITuple))))
        {
            foreach (var part in type.GetGenericArguments())
                CheckType(part, where, seen);
            return;
        }

        if (type.IsArray || type.Namespace?.StartsWith("System.Collections", StringComparison.Ordinal) == true)
            throw Refused(where, $"{Name(type)} can change after it was sent; use ImmutableArray or ImmutableDictionary");
        if (!type.IsDefined(typeof(GenerateSerializerAttribute), false))
            throw Refused(where, $"{Name(type)} has no [GenerateSerializer]");
        if (type.Assembly != typeof(MessageRules).Assembly)
            CheckMembers(type, where, seen);
    }

    private static void CheckMembers(Type type, string where, HashSet<Type> seen)
    {
        var isImmutable = type.IsDefined(typeof(ImmutableAttribute), false);
        foreach (var property in type.GetProperties(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic))
        {
            if (property.SetMethod is { IsPublic: true } setter && !isImmutable && !IsInit(setter))
                throw Refused(where, $"{Name(type)}.{property.Name} can be set after it was sent; make it init-only, or mark the type [Immutable]");
            if (property.IsDefined(typeof(IdAttribute)) || (property.GetMethod?.IsPublic == true && property.SetMethod is not null))
                CheckType(property.PropertyType, $"{where}, {Name(type)}.{property.Name}", seen);
        }

        foreach (var field in type.GetFields(BindingFlags.Instance | BindingFlags.Public))
        {
            if (!field.IsInitOnly && !isImmutable)
                throw Refused(where, $"{Name(type)}.{field.Name} can be set after it was sent; make it readonly, or mark the type [Immutable]");
            CheckType(field.FieldType, $"{where}, {Name(type)}.{field.Name}", seen);
        }
    }

    /// <summary>Grain and observer references travel; grain objects do not.</summary>
    private static bool IsReference(Type type) => type.IsInterface && typeof(IAddressable).IsAssignableFrom(type);

    private static bool IsInit(MethodInfo setter) => setter.ReturnParameter.GetRequiredCustomModifiers().Contains(typeof(IsExternalInit));

    private static string Name(Type type) => type.IsGenericType
        ? $"{type.Name.Split('`')[0]}<{string.Join(", ", type.GetGenericArguments().Select(Name))}>"
        : type.IsArray ? $"{Name(type.GetElementType()!)}[]" : type.FullName ?? type.Name;

    private static OrleansConfigurationException Refused(string where, string why) => new($"{where}: {why}.");
}
